/** `gittensor wallet …`: the key files of Bittensor, which btcli and its libraries open too. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { PHRASE_LENGTHS } from "../../layers/wallet/secretUri.ts"
import { json, walletOptions, whenRun } from "../shared/options.ts"

const bodies = () => import("./run.ts")

const overwrite = Options.boolean("overwrite").pipe(
  Options.withDescription("replace a key that is there already; what it holds is lost unless its phrase is kept elsewhere")
)
const scheme = Options.choice("scheme", ["sr25519", "ed25519"] as const).pipe(
  Options.withDescription("how the key signs; before bittensor 11 there is sr25519 only"),
  Options.withDefault("sr25519")
)
const encryption = Options.choice("encryption", ["nacl", "ansible-vault"] as const).pipe(
  Options.withDescription("what a password closes a file with; ansible-vault is for old programs"),
  Options.withDefault("nacl")
)
const plainColdkey = Options.boolean("no-password").pipe(Options.withDescription("leave the coldkey's file open to whoever reads it"))
const closedHotkey = Options.boolean("hotkey-password").pipe(
  Options.withDescription("close the hotkey's file by a password, too; a daemon must then be given it")
)
const closing = { scheme, encryption, plainColdkey, closedHotkey, overwrite }

const create = Command.make(
  "create",
  {
    ...walletOptions,
    ...closing,
    only: Options.choice("only", ["coldkey", "hotkey"] as const).pipe(
      Options.withDescription("make this key only; both when not given"),
      Options.optional
    ),
    words: Options.choice("words", PHRASE_LENGTHS.map(String)).pipe(
      Options.withDescription("how many words a phrase has"),
      Options.withDefault("12")
    ),
    showPhrase: Options.boolean("show-phrase").pipe(Options.withDescription("print the phrases also where standard output is no terminal")),
    json
  },
  whenRun(bodies, (module) => module.create)
).pipe(Command.withDescription("a new wallet: a coldkey, which holds funds, and a hotkey, which works"))

const regenerate = Command.make(
  "regenerate",
  {
    role: Args.choice([
      ["coldkey", "coldkey" as const],
      ["hotkey", "hotkey" as const]
    ]).pipe(Args.withDescription("which of the wallet's keys")),
    ...walletOptions,
    ...closing,
    secretFile: Options.text("secret-file").pipe(
      Options.withPseudoName("file"),
      Options.withDescription("a file with the phrase, seed or private key, - for standard input; asked for when not given"),
      Options.optional
    ),
    json
  },
  whenRun(bodies, (module) => module.regenerate)
).pipe(Command.withDescription("a key's files from its phrase, seed or private key"))

const show = Command.make(
  "show",
  { ...walletOptions, json },
  whenRun(bodies, (module) => module.show)
).pipe(Command.withDescription("what a wallet's files say without a password: addresses, encryption, who may read them"))

export const wallet = Command.make("wallet").pipe(
  Command.withDescription("keys: make them, make them again from a phrase, look at their files"),
  Command.withSubcommands([create, regenerate, show])
)
