/** When the command began, in milliseconds since 1970: its process's start, which is earlier than its first line of code. */
import { Context } from "effect"

export class StartedAt extends Context.Reference<StartedAt>()("gittensor/StartedAt", { defaultValue: () => performance.timeOrigin }) {}
