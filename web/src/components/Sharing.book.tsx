import type { Entry } from "../book/Entry.ts"
import { Sharing } from "./Sharing.tsx"

export default {
  name: "Sharing",
  about: "Ways to show a match or an issue elsewhere: its link, picture, feed and badge.",
  pages: ["Match", "Issue"],
  props: [
    ["what", "match | issue", ""],
    ["id", "number", "its number in the contract"],
    ["name", "string", "what the picture and the badge show, in words"],
    ["feed", "string", "the address of its feed"]
  ],
  feeds: ["/og/competitions/{picture}", "/badges/competitions/{badge}", "/feed.atom"],
  states: [
    ["a match", <Sharing key="" what="match" id={7} name="ada-lovelace against octocat" feed="/feed.atom?competition=7" />],
    ["an issue", <Sharing key="" what="issue" id={7} name="acme/widgets#42" feed="/feed.atom?repository=acme/widgets" />]
  ]
} satisfies Entry
