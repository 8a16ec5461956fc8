import { EmptyState } from "../components/EmptyState.tsx"
import { PageHead } from "../components/PageHead.tsx"
import { pageAddress } from "../routes/addresses.ts"
import { navigate } from "../routes/history.ts"

/** The view for unknown addresses. */
export const NotFound = ({ path }: { readonly path: string }) => (
  <div className="page">
    <PageHead title="There is nothing here" windowTitle="Nothing here" />
    <EmptyState title={path} action={{ label: "All issues", act: () => navigate(pageAddress("issues")) }}>
      No view has this address. It may be cut off, or from another version of the page.
    </EmptyState>
  </div>
)
