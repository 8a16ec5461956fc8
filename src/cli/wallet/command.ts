/** `gittensor wallet …`: Bittensor key files, compatible with btcli and its libraries. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { PHRASE_LENGTHS } from "../../layers/chain/wallet/phraseLengths.ts"
import { byDefault, json, optionally, walletOptions, whenRun } from "../shared/options.ts"

const handlers = whenRun(() => import("./wallet.ts"))

const overwrite = Options.boolean("overwrite").pipe(
  Options.withDescription("replace an existing key; what it holds is lost unless its phrase is kept elsewhere")
)
const scheme = Options.choice("scheme", ["sr25519", "ed25519"] as const).pipe(
  byDefault("sr25519", "the signature scheme; bittensor versions before 11 know only sr25519")
)
const encryption = Options.choice("encryption", ["nacl", "ansible-vault"] as const).pipe(
  byDefault("nacl", "how a password encrypts the file; ansible-vault is for old programs")
)
const plainColdkey = Options.boolean("no-password").pipe(Options.withDescription("do not encrypt the coldkey's file"))
const closedHotkey = Options.boolean("hotkey-password").pipe(
  Options.withDescription("encrypt the hotkey's file too; a daemon must then be given the password")
)
const closing = { scheme, encryption, plainColdkey, closedHotkey, overwrite }

const create = Command.make(
  "create",
  {
    ...walletOptions,
    ...closing,
    only: Options.choice("only", ["coldkey", "hotkey"] as const).pipe(optionally("create only this key (default: both)")),
    words: Options.choice("words", PHRASE_LENGTHS.map(String)).pipe(byDefault("12", "the number of words in a phrase")),
    showPhrase: Options.boolean("show-phrase").pipe(Options.withDescription("print the phrases even if standard output is not a terminal")),
    json
  },
  handlers((module) => module.create)
).pipe(Command.withDescription("create a wallet: a coldkey, which holds funds, and a hotkey, which signs the daily work"))

const regenerate = Command.make(
  "regenerate",
  {
    role: Args.choice([
      ["coldkey", "coldkey" as const],
      ["hotkey", "hotkey" as const]
    ]).pipe(Args.withDescription("which key of the wallet")),
    ...walletOptions,
    ...closing,
    secretFile: Options.text("secret-file").pipe(
      Options.withPseudoName("file"),
      optionally("a file with the phrase, seed or private key, or - for standard input (default: ask)")
    ),
    json
  },
  handlers((module) => module.regenerate)
).pipe(Command.withDescription("restore a key's files from its phrase, seed or private key"))

const show = Command.make(
  "show",
  { ...walletOptions, json },
  handlers((module) => module.show)
).pipe(Command.withDescription("show what a wallet's files reveal without a password: addresses, encryption, permissions"))

export const wallet = Command.make("wallet").pipe(
  Command.withDescription("create, restore and inspect key files"),
  Command.withSubcommands([create, regenerate, show])
)
