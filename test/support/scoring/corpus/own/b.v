module shapes

interface Shape {
	area() f64
}

enum Color {
	red
	green = 5
	blue
}

pub type Number = f64 | int

pub const limit = 100

pub fn describe(n Number) string {
	return match n {
		int { 'int ${n}' }
		f64 { 'float' }
	}
}

fn divide(a int, b int) !int {
	if b == 0 {
		return error('division by zero')
	}
	return a / b
}

fn test_divide() {
	assert divide(4, 2)! == 2
}
