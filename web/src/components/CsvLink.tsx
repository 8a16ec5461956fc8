import { csvAddress } from "../../../src/dashboard/api/definition/csv.ts"
import { isExported } from "../exported/place.ts"

/** A link to a list as CSV, with the same filters. An exported page has no API, so it has no link. */
export const CsvLink = ({ address }: { readonly address: string }) =>
  isExported ? null : (
    <a className="csv" href={csvAddress(address)} download>
      CSV
    </a>
  )
