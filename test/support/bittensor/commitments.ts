/** Commitments that tests write to the chain. */
import { Effect } from "effect"
import type { SlotFields, SlotText } from "../../../src/domain/CommitmentSlot.ts"
import { GistId, GitHubAccountId } from "../../../src/domain/GitHubLink.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { chainFieldsOf } from "../../../src/layers/chain/subnet/slotFields.ts"
import { submitted } from "../cli/support.ts"
import { call } from "../devnet/support.ts"

/** Raw fields with these texts. */
export const raw = (...texts: ReadonlyArray<string>): SlotFields => texts.map((text) => ({ _tag: "Raw", text }))

export const link = (account: number, gist: string): SlotText => ({
  _tag: "Link",
  link: { account: GitHubAccountId.make(account), gist: GistId.make(gist) }
})

/** Writes a hotkey's slot as a program does that ignores other programs' fields. */
export const overwrite = (signer: KeyPair, fields: SlotFields) =>
  Effect.flatMap(Subnet, ({ netuid }) =>
    submitted(signer, "set_commitment", (api) => call(api, "commitments", "setCommitment", netuid, { fields: chainFieldsOf(fields) }))
  )
