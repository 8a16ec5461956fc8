/** Options of commands that register issues. */
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { LONGEST_LINE, onOneLine } from "../../domain/onOneLine.ts"
import { fits } from "../../domain/withoutConsent.ts"
import { invalid } from "../shared/options.ts"

/** The owner's overrides for an issue without a request from its repository, or with a repository that may be made up. */
export const although = {
  withoutConsent: Options.text("without-consent").pipe(
    Options.withPseudoName("why"),
    Options.withDescription(
      "why the issue gets a bounty although no one who may merge there asked for one; it is written on the chain, and the issue's page shows it"
    ),
    Options.mapEffect((why) => {
      const said = onOneLine(why)
      if (said === "") return Effect.fail(invalid("--without-consent is empty: give a reason"))
      return [...why].length <= LONGEST_LINE && fits(said)
        ? Effect.succeed(said)
        : Effect.fail(
            invalid(
              `--without-consent is too long: say it in at most ${LONGEST_LINE} characters, and in fewer that take several bytes each`
            )
          )
    }),
    Options.optional
  ),
  yesAlthough: Options.boolean("yes-although").pipe(
    Options.withDescription("register it although the repository shows signs of having been made up for bounties")
  )
}
