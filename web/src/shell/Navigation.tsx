import { useRef, useState } from "react"
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"
import { fileAddress } from "../exported/place.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { type Destination, destinations, FIRST, isAt, type Place } from "./destinations.ts"
import { LiveIndicator } from "./LiveIndicator.tsx"

const THEMES = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"]
] as const
type Theme = (typeof THEMES)[number][0]

const current = (): Theme => THEMES.find(([name]) => name === document.documentElement.dataset.theme)?.[0] ?? "system"

const choose = (theme: Theme) => {
  document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem("theme", theme)
  } catch {
    // Without storage, the choice lasts until the page is closed.
  }
}

/** Chooses light, dark or the system's theme. The browser remembers it. */
const ThemeSwitch = ({ name }: { readonly name: string }) => {
  const [theme, setTheme] = useState(current)
  return (
    <fieldset className="theme">
      <legend className="hidden">Theme</legend>
      {THEMES.map(([value, label]) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={theme === value}
            onChange={() => {
              choose(value)
              setTheme(value)
            }}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}

interface Props {
  readonly current: PageName | undefined
}

/** A decorative icon beside its label, hidden from screen readers. */
const Icon = ({ path }: { readonly path: string }) => (
  <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d={path} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
  </svg>
)

const isCurrent = ({ places }: Destination, current: PageName | undefined) => places.some((place) => isAt(place, current))

const Item = ({ destination, current }: Props & { readonly destination: Destination }) => (
  <li>
    <Link to={pageAddress(destination.places[0].page)} aria-current={isCurrent(destination, current) ? "page" : undefined}>
      <Icon path={destination.icon} />
      <span>{destination.label}</span>
    </Link>
  </li>
)

/** All views, those of an entry that leads to several below it. */
const DrawerItem = ({ destination, current, onClick }: Props & { readonly destination: Destination; readonly onClick: () => void }) => {
  const { places, label, icon } = destination
  const link = (place: Place, name: string) => (
    <Link to={pageAddress(place.page)} aria-current={isAt(place, current) ? "page" : undefined} onClick={onClick}>
      {name === label ? <Icon path={icon} /> : null}
      <span>{name}</span>
    </Link>
  )
  return places.length === 1 ? (
    <li>{link(places[0], label)}</li>
  ) : (
    <li>
      <p className="drawer-group">
        <Icon path={icon} /> {label}
      </p>
      <ul>
        {places.map((place) => (
          <li key={place.page}>{link(place, place.label)}</li>
        ))}
      </ul>
    </li>
  )
}

const MAGNIFIER = "M8.500 3.500a5 5 0 1 0 0 10a5 5 0 1 0 0-10M12.200 12.200l4.300 4.300"

const SearchLink = ({ current }: Props) => (
  <Link to={pageAddress("search")} className="nav-search" aria-current={current === "search" ? "page" : undefined}>
    <Icon path={MAGNIFIER} />
    <span>Search</span>
  </Link>
)

const MENU_ICON = "M3 6h14M3 10h14M3 14h14"

/** The navigation: on the left of a wide screen; on a narrow one at the bottom, with a drawer for the rest. */
export const Navigation = ({ current }: Props) => {
  const drawer = useRef<HTMLDialogElement>(null)
  const close = () => drawer.current?.close()
  return (
    <>
      <nav className="side" aria-label="Main">
        <Link to={pageAddress("home")} className="brand" aria-current={false}>
          <img src={fileAddress("/favicon.svg")} alt="" width="28" height="28" />
          <span>Gittensor</span>
        </Link>
        <SearchLink current={current} />
        <ul>
          {destinations.map((destination) => (
            <Item key={destination.label} destination={destination} current={current} />
          ))}
        </ul>
        <div className="side-foot">
          <LiveIndicator />
          <ThemeSwitch name="theme-side" />
        </div>
      </nav>
      <header className="top">
        <Link to={pageAddress("home")} className="brand" aria-current={false} aria-label="Gittensor">
          <img src={fileAddress("/favicon.svg")} alt="" width="22" height="22" />
        </Link>
        <LiveIndicator />
        <SearchLink current={current} />
      </header>
      <nav className="bottom" aria-label="Main">
        <ul>
          {destinations.slice(0, FIRST).map((destination) => (
            <Item key={destination.label} destination={destination} current={current} />
          ))}
          <li>
            <button type="button" aria-haspopup="dialog" onClick={() => drawer.current?.showModal()}>
              <Icon path={MENU_ICON} />
              <span>More</span>
            </button>
          </li>
        </ul>
      </nav>
      <dialog
        ref={drawer}
        className="drawer"
        aria-label="All pages"
        onClick={(event) => {
          if (event.target === drawer.current) close()
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") close()
        }}
      >
        <div className="drawer-body">
          <button type="button" className="quiet drawer-close" onClick={close}>
            Close
          </button>
          <ul>
            {destinations.map((destination) => (
              <DrawerItem key={destination.label} destination={destination} current={current} onClick={close} />
            ))}
          </ul>
          <ThemeSwitch name="theme-drawer" />
        </div>
      </dialog>
    </>
  )
}
