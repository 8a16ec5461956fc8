import net.http
import json

struct Answer {
	id   int    @[required]
	name string = 'nobody'
	tags []string
}

fn fetch(url string) ?Answer {
	response := http.get(url) or { return none }
	if response.status_code != 200 {
		return none
	}
	return json.decode(Answer, response.body) or { return none }
}

fn main() {
	answers := ['a', 'b'].map(fetch('http://localhost/${it}') or { Answer{} })
	mut counts := map[string]int{}
	for _, answer in answers {
		counts[answer.name]++
	}
	spawn fn (n int) {
		println(n)
	}(counts.len)
	unsafe {
		_ := &counts
	}
}
