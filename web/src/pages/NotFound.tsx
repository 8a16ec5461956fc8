import { EmptyState, PageHead } from "../components/Page.tsx"
import { pageAddress } from "../routes/addresses.ts"
import { navigate } from "../routes/history.ts"
import { Link } from "../routes/Link.tsx"

/** The view for unknown addresses. */
export const NotFound = ({ path }: { readonly path: string }) => (
  <div className="page">
    <PageHead title="Page not found" windowTitle="Nothing here" />
    <EmptyState title={path} action={{ label: "All issues", act: () => navigate(pageAddress("issues")) }}>
      No page has this address. It may be incomplete, or from another version of this site. <Link to={pageAddress("home")}>Home</Link> shows
      what is happening now, and the search above finds issues, repositories, matches and miners.
    </EmptyState>
  </div>
)
