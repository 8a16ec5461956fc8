import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { destinations, isAt } from "./destinations.ts"

/** The views beside the current one, where an entry of the navigation leads to several. */
export const Subnavigation = ({ current }: { readonly current: PageName | undefined }) => {
  const found = destinations.find(({ places }) => places.length > 1 && places.some((place) => isAt(place, current)))
  return found === undefined ? null : (
    <nav className="tabs" aria-label={found.label}>
      <ul>
        {found.places.map((place) => (
          <li key={place.page}>
            <Link to={pageAddress(place.page)} aria-current={isAt(place, current) ? "page" : undefined}>
              {place.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
