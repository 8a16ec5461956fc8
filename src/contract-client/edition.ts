/** How this program treats a contract of another edition. Pure. */
import { CODE_HASH, EDITION } from "./generated.ts"

/** From this edition on, each keeps the cells and events of the earlier ones, and their messages but for some views (docs/protocol.md). */
export const FIRST_EDITION = 3

/** Editions by their code's hash: of this release, and of those before. */
export const RELEASED: ReadonlyMap<string, number> = new Map([
  [CODE_HASH, EDITION],
  ["0x9c74f96d075f017e7da1899e1115eaf33f214aecb4476a291846b956e8b5efbd", 3]
])

/** A note for the operator about the contract's code; null if it is this program's. `edition`: as the contract states it; undefined if it does not. */
export const editionNote = (codeHash: string, edition: number | undefined): string | null => {
  if (codeHash === CODE_HASH) return null
  if (edition === undefined || edition < FIRST_EDITION)
    return `the contract runs the code ${codeHash}, which this program does not know: it knows editions from ${FIRST_EDITION} on`
  if (edition === EDITION)
    return `the contract runs other code of edition ${edition} than this program was released with: it goes on, but ask the owner for the release made for ${codeHash}`
  return edition > EDITION
    ? `the contract is of edition ${edition}, and this program of edition ${EDITION}: it goes on with what both know; install the gittensor version that was released for edition ${edition}`
    : `the contract is still of edition ${edition}, and this program of edition ${EDITION}, which works with both: nothing needs to be done`
}
