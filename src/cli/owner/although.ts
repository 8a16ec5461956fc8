/** Options of commands that register issues. */
import * as Options from "@effect/cli/Options"

/** What the owner says of an issue whose repository did not ask, or may be made up. */
export const although = {
  withoutConsent: Options.text("without-consent").pipe(
    Options.withPseudoName("why"),
    Options.withDescription("why the issue gets a bounty although nobody who may merge there asked for one"),
    Options.optional
  ),
  yesAlthough: Options.boolean("yes-although").pipe(
    Options.withDescription("register it although the repository shows signs of having been made up for bounties")
  )
}
