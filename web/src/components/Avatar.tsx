import { useState } from "react"
import { hueOf } from "../format/names.ts"

interface Props {
  /** A hotkey or login, which determines the colour if there is no picture. */
  readonly of: string
  readonly name: string
  readonly src: string | null
  readonly size?: "small" | "medium" | "large"
}

/** Every hotkey begins with the same character, so the next two are shown. */
const initialsOf = (name: string) => (name.includes("…") ? name.slice(1, 3) : (Array.from(name)[0] ?? "").toUpperCase())

/** The only host from which the page may load pictures. */
const ALLOWED = "https://avatars.githubusercontent.com/"

/** An account's picture, or its initial on its colour. Decorative, because the name is beside it. */
export const Avatar = ({ of, name, src, size = "small" }: Props) => {
  const [failed, setFailed] = useState(false)
  const shown = src?.startsWith(ALLOWED) && !failed ? src : undefined
  return (
    <span className="avatar" data-size={size} style={{ "--hue": hueOf(of) } as React.CSSProperties} aria-hidden="true">
      {shown !== undefined ? <img src={shown} alt="" loading="lazy" onError={() => setFailed(true)} /> : initialsOf(name)}
    </span>
  )
}
