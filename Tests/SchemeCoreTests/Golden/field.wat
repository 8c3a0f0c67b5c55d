  (type (;0;) (func (param i64 i32) (result i64)))
