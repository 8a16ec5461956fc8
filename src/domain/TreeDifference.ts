/** What two versions of a file differ by, as their syntax trees say: multisets of nodes, counted by type. */

/** How many nodes of one type are in head and not in base, and in base and not in head. */
export interface NodeCount {
  readonly type: string
  readonly added: number
  readonly deleted: number
}

/**
 * Sorted by type, only what differs. `structural`: nodes of every type that is no comment, whatever their weight, compared by type. `leaves`: nodes
 * without children, compared by type and bytes. A leaf is in both. `timedOut`: versions whose parsing took longer than its budget; they count as empty.
 */
export interface TreeDifference {
  readonly structural: ReadonlyArray<NodeCount>
  readonly leaves: ReadonlyArray<NodeCount>
  readonly timedOut: ReadonlyArray<"base" | "head">
}

/** What two equal trees differ by. */
export const NO_DIFFERENCE: TreeDifference = { structural: [], leaves: [], timedOut: [] }
