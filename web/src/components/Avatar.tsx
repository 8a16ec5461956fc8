import { useState } from "react"
import { hueOf } from "../format/names.ts"

interface Props {
  /** Who it is: a hotkey or a login. Gives the colour where there is no picture. */
  readonly of: string
  readonly name: string
  readonly src: string | null
  readonly size?: "small" | "medium" | "large"
}

/** Every hotkey begins with the same letter: the two behind it tell more. */
const initialsOf = (name: string) => (name.includes("…") ? name.slice(1, 3) : (Array.from(name)[0] ?? "").toUpperCase())

/** The only host that the page may load pictures from. */
const ALLOWED = "https://avatars.githubusercontent.com/"

/** An account's picture, or its initial on a colour of its own. Decoration: the name stands beside it. */
export const Avatar = ({ of, name, src, size = "small" }: Props) => {
  const [failed, setFailed] = useState(false)
  const shown = src?.startsWith(ALLOWED) && !failed ? src : undefined
  return (
    <span className="avatar" data-size={size} style={{ "--hue": hueOf(of) } as React.CSSProperties} aria-hidden="true">
      {shown !== undefined ? <img src={shown} alt="" loading="lazy" onError={() => setFailed(true)} /> : initialsOf(name)}
    </span>
  )
}
