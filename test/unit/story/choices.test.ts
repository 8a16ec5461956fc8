import { assert, it } from "@effect/vitest"
import type { OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { choiceText } from "../../../src/story/choices.ts"

const account = AccountAddress.make("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")
const named = (address: string): string => (address === account ? "amber-kite" : "somebody")

const words: ReadonlyArray<readonly [OutcomeChoice, string]> = [
  [{ _tag: "Solved", hotkey: account, pullRequest: 18 }, "solved by amber-kite, #18"],
  [{ _tag: "Unsolved", slashA: true, slashB: true }, "unsolved, at the cost of both competitors"],
  [{ _tag: "Unsolved", slashA: false, slashB: true }, "unsolved, at the cost of one competitor"],
  [{ _tag: "Unsolved", slashA: false, slashB: false }, "unsolved, at nobody's cost"],
  [{ _tag: "Cancelled", reason: { _tag: "NotPlanned" } }, "cancel: the issue was closed as not planned"],
  [{ _tag: "Cancelled", reason: { _tag: "SubmittedTooEarly", hotkey: account } }, "cancel: amber-kite opened a pull request too early"],
  [{ _tag: "Dissolved" }, "dissolve the pair"]
]

it.each(words)("a choice of an outcome ballot is told in words: %o", (choice, text) => {
  assert.strictEqual(choiceText(choice, named), text)
  assert.strictEqual(choiceText(choice), text.replace("amber-kite", account))
})
