/** What a person has to know when the node has pruned the beginning of an epoch. */
import type { Epoch } from "../../domain/Epoch.ts"

/** Without a full stop. Every node tells of the next epoch. */
export const prunedText = (endpoint: string, { firstBlock }: Epoch): string =>
  `${endpoint} no longer has the chain's state at block ${firstBlock}, where the epoch began; only an archive node (--endpoint) has it, and the next epoch goes on as usual`
