// A stack.
module stack

pub struct Stack[T] {
mut:
	items []T
}

pub fn (mut s Stack[T]) push(item T) {
	s.items << item
}

pub fn (mut s Stack[T]) pop() ?T {
	if s.items.len == 0 {
		return none
	}
	return s.items.pop()
}

pub fn max[T](a T, b T) T {
	$if debug {
		println('max')
	}
	return if a > b { a } else { b }
}

fn loops() {
	mut i := 0
	outer: for {
		i += 1
		for j := 0; j < 10; j++ {
			if i * j > 50 {
				break outer
			}
			continue
		}
	}
	defer {
		println('end')
	}
}
