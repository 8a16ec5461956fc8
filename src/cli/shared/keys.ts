/** The wallet behind `--wallet`, `--hotkey`, `--wallet-path` or `--uri`, and the question before spending. */
import * as Prompt from "@effect/cli/Prompt"
import { Effect, Layer, Option, type Redacted, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import * as Wallet from "../../layers/wallet/Wallet.ts"
import type { KeyOptions } from "./options.ts"

export class NotConfirmed extends Schema.TaggedError<NotConfirmed>()("NotConfirmed", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

/** Nobody is there to ask. */
export class ConfirmationNeeded extends Schema.TaggedError<ConfirmationNeeded>()("ConfirmationNeeded", { question: Schema.String }) {
  override get message() {
    return `${this.question} There is no terminal to ask: give --yes to send it`
  }
}

const askPassword = (question: string): Effect.Effect<Redacted.Redacted<string>, unknown, Prompt.Prompt.Environment> =>
  process.stdin.isTTY
    ? Prompt.password({ message: question }).pipe(Prompt.run)
    : Effect.fail(new NotConfirmed({ reason: "there is no terminal to ask for a password" }))

export const walletLayer = (options: KeyOptions) =>
  Option.match(options.uri, {
    onSome: (uri) => Wallet.layerUri(uri),
    onNone: () =>
      Layer.unwrapEffect(
        Effect.gen(function* () {
          const terminal = yield* Effect.context<Prompt.Prompt.Environment>()
          return Wallet.layerFiles({
            name: options.wallet,
            hotkey: options.hotkey,
            ...Option.match(options.walletPath, { onNone: () => ({}), onSome: (folder) => ({ folder }) }),
            askPassword: (question) => Effect.provide(askPassword(question), terminal)
          })
        })
      )
  })

export type SignerRole = "hotkey" | "coldkey"

/** Opens a key before anything else is asked: a wrong password or a missing wallet is told without a chain. */
export const withKey = <A, E, R>(which: SignerRole, options: KeyOptions, use: (key: KeyPair) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Wallet.Wallet, (wallet) => wallet[which]).pipe(Effect.provide(walletLayer(options)), Effect.flatMap(use))

/** Who signs, when it comes to that. */
export interface Signer {
  readonly address: AccountAddress
  readonly key: Effect.Effect<KeyPair, Wallet.WalletError>
}

/** The same for a command that may be asked to send nothing: then the public file will do, and no password is asked for. */
export const withSigner = <A, E, R>(
  which: SignerRole,
  options: { readonly key: KeyOptions; readonly dryRun: boolean },
  use: (signer: Signer) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const wallet = yield* Wallet.Wallet
    const address = options.dryRun
      ? yield* which === "hotkey" ? wallet.hotkeyAddress : wallet.coldkeyAddress
      : (yield* wallet[which]).address
    return { address, key: wallet[which] }
  }).pipe(Effect.provide(walletLayer(options.key)), Effect.flatMap(use))

/** Asks before something is spent; `--yes` answers, and without a terminal nothing is spent unasked. */
export const confirm = (question: string, yes: boolean) =>
  yes
    ? Effect.void
    : process.stdin.isTTY
      ? Prompt.confirm({ message: question, initial: false }).pipe(
          Prompt.run,
          Effect.filterOrFail(
            (answer) => answer,
            () => new NotConfirmed({ reason: "nothing was sent" })
          ),
          Effect.asVoid
        )
      : new ConfirmationNeeded({ question })
