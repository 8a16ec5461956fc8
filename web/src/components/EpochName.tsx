import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

/** An epoch, linked to its page. */
export const EpochName = ({ epoch }: { readonly epoch: number }) => (
  <Link to={pageAddress("epoch", { epoch })} className="epoch-name">
    Epoch {epoch}
  </Link>
)
