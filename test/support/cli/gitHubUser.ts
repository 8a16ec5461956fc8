/** A miner's account at the stand-in. */
import { Duration, Effect, Redacted } from "effect"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import * as GitHub from "../../../src/layers/github/GitHub.ts"
import { linkGitHub } from "../../../src/miner/linkGitHub.ts"
import { secret, World } from "./support.ts"

/** Links the account of a token to a hotkey, as the command does it. The token is one of those that no output may hold. */
export const link = (hotkey: KeyPair, token: string) =>
  Effect.gen(function* () {
    const { github } = yield* World
    const service = yield* GitHub.makeWith({
      url: github.url,
      tokens: [Redacted.make(secret(token))],
      timeout: Duration.seconds(5),
      patience: Duration.seconds(20),
      pause: Duration.millis(50)
    })
    return yield* linkGitHub(hotkey).pipe(Effect.provideService(GitHub.GitHub, service))
  })
