/** A miner's account on the simulated GitHub. */
import { Duration, Effect, Redacted } from "effect"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import * as GitHub from "../../../src/layers/github/GitHub.ts"
import { linkGitHub } from "../../../src/roles/miner/linkGitHub.ts"
import { secret, World } from "./support.ts"

/** Links a token's account to a hotkey, as the command does. Registers the token as a secret that no output may contain. */
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
