import type { Entry } from "../book/Entry.ts"
import { moment } from "../book/samples.ts"
import { TreasuryNotice } from "./TreasuryNotice.tsx"

const at = moment(-120)

export default {
  name: "TreasuryNotice",
  about: "What keeps the treasury from earning or paying, and what helps. Nothing if nothing does.",
  pages: ["Treasury", "Issue"],
  props: [["state", 'Treasury["state"]', "null: not known yet"]],
  feeds: ["/v1/treasury: state"],
  states: [
    [
      "it earns nothing",
      <TreasuryNotice
        key=""
        state={{
          earns: false,
          pays: true,
          why: "the treasury's hotkey is not registered on subnet 74: it earns nothing; the contract's owner makes another treasury",
          at
        }}
      />
    ],
    [
      "transfers are switched off",
      <TreasuryNotice
        key=""
        state={{
          earns: true,
          pays: false,
          why: "the owner of subnet 74 has switched transfers of stake off; it goes on when they are switched on again",
          at
        }}
      />
    ],
    ["all is well", <TreasuryNotice key="" state={{ earns: true, pays: true, why: null, at }} />]
  ]
} satisfies Entry
