/** Checks that the wallet has the key of a role's commands. Does not decrypt it, so no password is needed if its address is public. */
import { Effect } from "effect"
import { Wallet } from "../../layers/chain/wallet/Wallet.ts"
import { type CheckResult, ok, wrong } from "./Check.ts"

const CHOOSE = "check --wallet, --hotkey and --wallet-path, or create one: gittensor wallet create"

export const walletResult = Effect.fn("doctor.wallet")(function* (which: "hotkey" | "coldkey") {
  const wallet = yield* Wallet
  return yield* (which === "hotkey" ? wallet.hotkeyAddress : wallet.coldkeyAddress).pipe(
    Effect.match({
      onSuccess: (address) => ok(`the ${which} is ${address}`),
      onFailure: (error): CheckResult => {
        switch (error._tag) {
          case "KeyfileMissing":
            return wrong(`there is no key at ${error.path}`, CHOOSE)
          case "KeyfileUnreadable":
            return wrong(error.message, "restore it from its phrase: gittensor wallet regenerate")
          case "WrongWalletPassword":
            return wrong(
              `wrong password for the key at ${error.path}`,
              "correct BT_WALLET_PASSWORD, or the file that BT_WALLET_PASSWORD_FILE names"
            )
          case "PasswordNeeded":
            return wrong(`the key at ${error.path} is encrypted`, "set BT_WALLET_PASSWORD_FILE to a file that holds its password")
          case "InvalidSecretUri":
            return wrong(error.message, "correct --uri or GITTENSOR_URI, or leave them out to use a wallet")
        }
      }
    })
  )
})
