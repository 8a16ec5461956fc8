import type { MinerRef } from "../api/types.ts"
import { shortAccount } from "../format/names.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Avatar } from "./Avatar.tsx"

type Named = Pick<MinerRef, "hotkey"> & Partial<Pick<MinerRef, "login" | "avatar" | "uid">>

/** A miner's name: its proven GitHub account, else its hotkey. */
export const minerLabel = ({ hotkey, login }: Named): string => login ?? shortAccount(hotkey)

/** A miner's name, linked to its page. */
export const MinerName = ({ miner, picture = true }: { readonly miner: Named; readonly picture?: boolean }) => (
  <Link
    to={pageAddress("miner", { hotkey: miner.hotkey })}
    className="miner-name"
    title={`${miner.hotkey}${miner.uid == null ? "" : ` · UID ${miner.uid}`}`}
  >
    {picture ? <Avatar of={miner.hotkey} name={minerLabel(miner)} src={miner.avatar ?? null} /> : null}
    <span>{minerLabel(miner)}</span>
  </Link>
)
