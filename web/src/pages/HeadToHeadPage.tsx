import { PageHead } from "../components/PageHead.tsx"

export default function HeadToHeadPage() {
  return <PageHead title="HeadToHead" />
}
