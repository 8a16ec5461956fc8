import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { PageHead } from "../components/PageHead.tsx"
import { Section } from "../components/Section.tsx"
import { Table } from "../components/Table.tsx"
import { listen } from "../live/live.ts"
import { entries } from "./entries.js"

const sorted = entries.toSorted((a, b) => a.name.localeCompare(b.name))

/** Every component in every state, with what feeds it: for who takes the page over. */
const BookPage = () => {
  return (
    <main className="page book">
      <PageHead title="Component book">
        <p className="page-note">
          {entries.length} components in every state. Each is a file in <code>web/src/components</code>; its entry here is in the{" "}
          <code>.book.tsx</code> beside it.
        </p>
      </PageHead>
      <nav aria-label="Components" className="book-index">
        <ul>
          {sorted.map(({ name }) => (
            <li key={name}>
              <a href={`#${name}`}>{name}</a>
            </li>
          ))}
        </ul>
      </nav>
      {sorted.map(({ name, about, pages, props, feeds, states }) => (
        <div key={name} id={name} className="book-entry">
          <Section title={name} note={about}>
            <p className="muted">
              Seen on: {pages.join(", ")}. {feeds.length === 0 ? "Shows only its props." : `Fed by ${feeds.join("; ")}.`}
            </p>
            {props.length === 0 ? null : (
              <Table
                caption={`Props of ${name}`}
                items={props}
                keyOf={([prop]) => prop}
                columns={[
                  { name: "Prop", cell: ([prop]) => <code>{prop}</code> },
                  { name: "Type", cell: ([, type]) => <code>{type}</code> },
                  { name: "Means", cell: ([, , means]) => means }
                ]}
              />
            )}
            {states.map(([state, element]) => (
              <figure key={state} className="book-state">
                <figcaption>{state}</figcaption>
                <div className="book-shown">{element}</div>
              </figure>
            ))}
          </Section>
        </div>
      ))}
    </main>
  )
}

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no #root")
createRoot(root).render(
  <StrictMode>
    <BookPage />
  </StrictMode>
)
listen()
