import { type Layer, Logger } from "effect"

/** Collects the messages of the log in place of printing them. */
export const loggingTo = (lines: Array<string>): Layer.Layer<never> =>
  Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ message }) => void lines.push(String(message)))
  )
