/** What a node says itself about a match, so that it can be verified without a page. What only follows from rules is not claimed. */
import { Option } from "effect"
import { cellOfId, cells, payeeCell } from "../contract-client/cells.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { endOf } from "./Case.ts"
import type { Claims } from "./claims.ts"
import { Untold } from "./errors.ts"
import { connect } from "./node/Connection.ts"
import { Reader } from "./node/Reader.ts"
import { type Block, blocksAt, cellsAt, contractAt, headOf } from "./node/state.ts"

/** To find the block of the payment takes two for each halving of the time since the end. */
const MOST_REQUESTS = 100

/** The hash of a node's block 0, which names its chain. */
export const genesisOf = async (endpoint: string): Promise<string> => {
  const node = connect(endpoint)
  try {
    return String(await node.request("chain_getBlockHash", [0]))
  } finally {
    node.close()
  }
}

const searched = async (reader: Reader, contract: AccountAddress, match: number): Promise<Claims> => {
  const head = await headOf(reader)
  const found = await contractAt(reader, contract, head)
  if (found === null) throw new Untold(`there is no contract ${contract}`)
  const { trie } = found
  const cell = cellOfId(cells.competitions, match)
  const stored = await cellsAt(reader, `match ${match}`, { trie, at: head }, [cell], (values) => Option.getOrNull(values.of(cell)))
  const end = stored === null ? null : endOf(stored)
  if (stored === null || end === null) throw new Untold(stored === null ? `there is no match ${match}` : `match ${match} still runs`)
  const issueCell = cellOfId(cells.issues, stored.issue)
  const issueAt = (at: Block) => cellsAt(reader, `issue ${stored.issue}`, { trie, at }, [issueCell], (values) => values.always(issueCell))
  const side = end.status === "Won" && end.winner === "b" ? 1 : 0
  const payee = payeeCell(match, side)
  const issue = await issueAt(head)
  const payment = async (): Promise<Claims["payment"]> => {
    let [unpaid, at] = [end.at - 1, head.number]
    while (at - unpaid > 1) {
      const middle = Math.floor((unpaid + at) / 2)
      const [block] = await blocksAt(reader, [middle])
      if (block === undefined) throw new Untold(`there is no block ${middle}`)
      if ((await issueAt(block)).status._tag === "Paid") at = middle
      else unpaid = middle
    }
    const coldkey = await cellsAt(reader, "the payee", { trie, at: head }, [payee], (values) => Option.getOrNull(values.of(payee)))
    return { at, amount: issue.funded, coldkey: coldkey ?? (side === 0 ? stored.a : stored.b).coldkey }
  }
  const isPaid = end.status === "Won" && issue.status._tag === "Paid"
  const unclaimed = { rating: null, ratingAfter: null }
  return {
    match,
    issue: stored.issue,
    startedAt: stored.startedAt,
    a: { ...stored.a, ...unclaimed },
    b: { ...stored.b, ...unclaimed },
    end,
    votes: null,
    totalWeight: null,
    payment: isPaid ? await payment() : null
  }
}

/** Rejects with `Untold` if the match has not ended, or the node does not say enough. */
export const claimsFromChain = async (
  match: number,
  { contract, endpoint, genesis }: { readonly contract: AccountAddress; readonly endpoint: string; readonly genesis: string }
): Promise<Claims> => {
  const node = connect(endpoint, MOST_REQUESTS)
  try {
    return await searched(new Reader([node], genesis), contract, match)
  } finally {
    node.close()
  }
}
