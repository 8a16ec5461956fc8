import { homedir } from "node:os"
import { Context } from "effect"

/** "" for example in a container whose user is only a number: HOME is not set, and the system has no such user. */
const homeOrNone = (): string => {
  try {
    return homedir()
  } catch {
    return ""
  }
}

/** The user's home folder; empty: there is none. */
export class HomeFolder extends Context.Reference<HomeFolder>()("gittensor/HomeFolder", { defaultValue: homeOrNone }) {}
