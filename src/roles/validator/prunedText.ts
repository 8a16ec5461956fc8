/** What a person has to know when every node that was asked has pruned the beginning of an epoch. */
import type { Epoch } from "../../domain/Epoch.ts"

/** A sentence without full stop. Every node has the next epoch's state. */
export const prunedText = (endpoint: string, { firstBlock }: Epoch): string =>
  `no node at ${endpoint} still has the chain's state at block ${firstBlock}, where the epoch began. Give --endpoint an archive node to use it; the next epoch goes on as usual`
