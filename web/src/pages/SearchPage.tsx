import { type ReactNode, useEffect, useRef } from "react"
import { endpoints } from "../api/endpoints.ts"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { SearchField } from "../components/Fields.tsx"
import { IssueList } from "../components/IssueList.tsx"
import { MinerTable } from "../components/MinerTable.tsx"
import { ApiProblem, EmptyState, PageHead, Section, Skeleton } from "../components/Page.tsx"
import { type AskedList, useList } from "../data/hooks.ts"
import { pageAddress, repositoryAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { useQuery } from "../routes/useQuery.ts"

/** How many of each kind are shown; their own lists have the rest. */
const ITEMS_PER_KIND = "8"
/** Repositories are taken from as many issues. */
const LOOKED_AT = "50"
const SHOWN_ISSUES = 8

const Part = <A,>({
  title,
  list,
  all,
  children
}: {
  readonly title: string
  readonly list: AskedList<A>
  /** The list that has all of them. */
  readonly all: string
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}) =>
  list.items === undefined || list.items.length === 0 ? null : (
    <Section title={title} note={<Link to={all}>all of them</Link>}>
      {children(list.items)}
    </Section>
  )

const Results = ({ text }: { readonly text: string }) => {
  const issues = useList(endpoints.issues({ search: text, limit: LOOKED_AT }))
  const matches = useList(endpoints.competitions({ search: text, limit: ITEMS_PER_KIND }))
  const miners = useList(
    endpoints.miners({ ...(/^\d{1,5}$/.test(text) ? { uid: text } : { search: text.slice(0, 48) }), limit: ITEMS_PER_KIND })
  )
  const lists = [issues, matches, miners]
  const problem = lists.find((list) => list.problem !== undefined)
  if (problem?.problem !== undefined) return <ApiProblem problem={problem.problem} again={problem.again} />
  if (lists.some(({ items }) => items === undefined)) return <Skeleton height="24rem" />
  if (lists.every(({ items }) => items?.length === 0))
    return (
      <EmptyState title="Nothing is called that">
        Words begin like this in an issue's repository, number or title; a miner's GitHub account or hotkey begins with it, or it is the
        miner's UID.
      </EmptyState>
    )
  const repositories = [...new Set(issues.items?.map(({ repository }) => repository))]
  const quoted = encodeURIComponent(text)
  return (
    <>
      <Part title="Miners" list={miners} all={`${pageAddress("miners")}?search=${quoted}`}>
        {(items) => <MinerTable items={items} caption="Miners" />}
      </Part>
      {repositories.length === 0 ? null : (
        <Section title="Repositories">
          <ul className="plain-rows" aria-label="Repositories">
            {repositories.slice(0, SHOWN_ISSUES).map((repository) => (
              <li key={repository}>
                <Link to={repositoryAddress(repository)}>{repository}</Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Part title="Issues" list={issues} all={`${pageAddress("issues")}?search=${quoted}`}>
        {(items) => <IssueList items={items.slice(0, SHOWN_ISSUES)} label="Issues" />}
      </Part>
      <Part title="Matches" list={matches} all={`${pageAddress("competitions")}?search=${quoted}`}>
        {(items) => <CompetitionTable items={items} caption="Matches" />}
      </Part>
    </>
  )
}

/** Issues, matches, miners and repositories by words, numbers and names. */
export default function SearchPage() {
  const query = useQuery()
  const place = useRef<HTMLElement>(null)
  const text = query.get("q")?.slice(0, 100)
  useEffect(() => {
    if (window.location.search === "") place.current?.querySelector("input")?.focus({ preventScroll: true })
  }, [])
  return (
    <div className="page">
      <PageHead title="Search" />
      <search className="filters" ref={place}>
        <SearchField
          label="Search everything"
          value={text ?? ""}
          placeholder="issue, repository, miner, UID or hotkey"
          onChange={(q) => query.set({ q }, { replace: true })}
        />
      </search>
      {text === undefined ? <p className="page-note">Type what you look for.</p> : <Results key={text} text={text} />}
    </div>
  )
}
