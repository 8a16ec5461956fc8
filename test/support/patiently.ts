import { Schedule } from "effect"
import { PATIENCE } from "./watchdog.ts"

/** Asks again and again for what has to come true, and says in the end why it did not. */
export const patiently = Schedule.spaced("20 millis").pipe(Schedule.upTo(PATIENCE))
