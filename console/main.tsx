// Must come first: removes secrets from the address before anything else can use it.
import './shell/fragment.ts'
import { QueryClientProvider } from '@tanstack/react-query'
import { render } from 'preact'
import { queryClient } from './api/queries.ts'
import { App } from './shell/app.tsx'
import { loadSession } from './shell/session.ts'
import './shell/theme.ts'
import './styles/tokens.css'
import './styles/base.css'

void loadSession()
render(
  <QueryClientProvider client={queryClient}>
    <App />
  </QueryClientProvider>,
  document.getElementById('console')!,
)
