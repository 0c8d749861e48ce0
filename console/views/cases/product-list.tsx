import { Link } from '../../shell/navigate.ts'
import { Person } from '../../ui/person.tsx'
import { When } from '../../ui/when.tsx'
import { ProductState } from './product-state.tsx'
import { texts } from './texts.ts'
import type { Product } from './types.ts'
import { lastOf } from './whose.ts'

/** Products, each by the last version that the user may see. */
export function ProductList({ products }: { products: readonly Product[] }) {
  const words = texts.products
  return (
    <ul class="cases-cards">
      {products.map((product) => {
        const { title, author, number, writtenAt, state } = lastOf(product)
        return (
          <li key={product.id} class="card">
            <p class="cases-head">
              <Link href={`/cases/products/${product.id}`}>{title}</Link>
              <ProductState state={state} />
            </p>
            <p class="cases-note">
              {words.version(number)}, {texts.by} <Person id={author} />, <When at={writtenAt} />
            </p>
          </li>
        )
      })}
    </ul>
  )
}
