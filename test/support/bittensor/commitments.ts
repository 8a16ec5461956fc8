/** Commitments that tests write to the chain. */
import { Effect } from "effect"
import type { SlotFields, SlotText } from "../../../src/domain/CommitmentSlot.ts"
import { GistId, GitHubAccountId } from "../../../src/domain/GitHubLink.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { chainFieldsOf } from "../../../src/layers/chain/subnet/slotFields.ts"

/** Raw fields with these texts. */
export const raw = (...texts: ReadonlyArray<string>): SlotFields => texts.map((text) => ({ _tag: "Raw", text }))

export const link = (account: number, gist: string): SlotText => ({
  _tag: "Link",
  link: { account: GitHubAccountId.make(account), gist: GistId.make(gist) }
})

/** Writes a hotkey's slot as a program does that ignores other programs' fields. */
export const overwrite = (signer: KeyPair, fields: SlotFields) =>
  Effect.gen(function* () {
    const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
    return yield* chain.submit({
      label: "set_commitment",
      signer,
      until: "finalised",
      call: (api) => {
        const call = api.tx.commitments?.setCommitment
        if (call === undefined) throw new Error("no Commitments pallet")
        return call(netuid, { fields: chainFieldsOf(fields) })
      }
    })
  })
