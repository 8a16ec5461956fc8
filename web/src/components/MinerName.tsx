import { minerName as minerLabel } from "../../../src/story/names.ts"
import type { MinerRef } from "../api/types.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Avatar } from "./Avatar.tsx"

type Named = Pick<MinerRef, "hotkey"> & Partial<Pick<MinerRef, "login" | "avatar" | "uid">>

export { minerLabel }

/** A miner's name, linked to its page. */
export const MinerName = ({ miner, picture = true }: { readonly miner: Named; readonly picture?: boolean }) => (
  <Link
    to={pageAddress("miner", { hotkey: miner.hotkey })}
    className="miner-name"
    title={`${miner.hotkey}${miner.uid == null ? "" : ` · UID ${miner.uid}`}`}
  >
    {picture ? <Avatar of={miner.hotkey} src={miner.avatar ?? null} /> : null}
    <span>{minerLabel(miner)}</span>
  </Link>
)
