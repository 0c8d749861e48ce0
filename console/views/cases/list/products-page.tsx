import { useInfiniteQuery } from '@tanstack/react-query'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { ProductList } from '../product-list.tsx'
import { productsQuery } from '../steps.ts'
import { texts } from '../texts.ts'
import { CaseTabs } from './tabs.tsx'
import '../cases.css'

/** Intelligence products: what is published, and drafts of one's own workspaces (ACC-8). */
export default function ProductsPage() {
  const words = texts.products
  const query = useInfiniteQuery(productsQuery())
  return (
    <Page title={words.heading} lead={words.lead}>
      <CaseTabs current="/cases/products" />
      <Loaded query={query}>
        {(products) =>
          products.length === 0 ? <Empty text={words.empty} /> : <ProductList products={products} />
        }
      </Loaded>
      <More query={query} />
    </Page>
  )
}
