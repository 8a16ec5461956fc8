/**
 * Errors that only people read: no code tells one from another. An error that some caller handles has a class of its own beside the code that fails.
 * Both messages are a sentence: what happened, to what, and what to do.
 */

import { Schema } from "effect"
import { EXIT } from "./causes.ts"

/** The command line, a file, an address or a setting is invalid: exit code 2. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", { message: Schema.String }) {
  readonly exitCode = EXIT.usage
}

/** Something else stopped the operation: exit code 1. */
export class OperationFailed extends Schema.TaggedError<OperationFailed>()("OperationFailed", { message: Schema.String }) {}
