import { Schedule } from "effect"
import { PATIENCE } from "./watchdog.ts"

/** Polls until the condition holds, and otherwise fails with the last reason. */
export const patiently = Schedule.spaced("20 millis").pipe(Schedule.upTo(PATIENCE))
