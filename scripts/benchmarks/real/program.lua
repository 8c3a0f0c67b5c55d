-- What Lua executes in `scripts/bench real`: a bit of everything that programs in such languages do. Returns a number that depends on all of it.
local sum = 0
local function add(value)
  if type(value) == "string" then
    for i = 1, #value do sum = (sum * 31 + value:byte(i)) % 1000000007 end
  else
    sum = (sum * 31 + math.floor(value * 1000)) % 1000000007
  end
end

local seed = 42
local function chance(bound)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed // 65536 % bound
end

-- Objects: shapes that inherit, and say their area by a method that is looked up.
local Shape = {}
Shape.__index = Shape
function Shape.new(class, width, height) return setmetatable({width = width, height = height}, class) end
function Shape:area() return self.width * self.height end
function Shape:scaled(factor) return self:new_like(self.width * factor, self.height * factor) end
function Shape:new_like(width, height) return Shape.new(getmetatable(self), width, height) end
local Triangle = setmetatable({}, {__index = Shape})
Triangle.__index = Triangle
function Triangle:area() return Shape.area(self) / 2 end
local function objects()
  local total = 0
  for i = 1, 3000 do
    local shape = Shape.new(i % 3 == 0 and Triangle or Shape, i % 17, i % 13)
    total = total + shape:scaled(1.5):area()
  end
  add(total)
end

-- Tables: words that are counted, sorted by a comparison of our own, and joined.
local function words()
  local counts, names = {}, {}
  for i = 1, 4000 do
    local word = string.char(97 + chance(26), 97 + chance(6), 97 + chance(4))
    if not counts[word] then names[#names + 1] = word end
    counts[word] = (counts[word] or 0) + 1
  end
  table.sort(names, function(a, b) return counts[a] > counts[b] or counts[a] == counts[b] and a < b end)
  add(table.concat(names, ","))
end

-- Text: patterns, formats, and a reader of nested lists.
local function read(text, at)
  local list = {}
  while true do
    local kind
    at = text:match("^%s*()", at)
    kind = text:sub(at, at)
    if kind == "(" then
      list[#list + 1], at = read(text, at + 1)
    elseif kind == ")" or kind == "" then
      return list, at + 1
    else
      local token, after = text:match("^([^%s()]+)()", at)
      list[#list + 1], at = tonumber(token) or token, after
    end
  end
end
local function depth(list)
  local most = 0
  for _, part in ipairs(list) do
    if type(part) == "table" then most = math.max(most, depth(part)) end
  end
  return most + 1
end
local function texts()
  local parts = {}
  for i = 1, 150 do parts[i] = string.format("(define x%d (lambda (a) (+ a %d %5.2f (list %s))))", i, i, i / 7, ("y "):rep(i % 9)) end
  local list = read(table.concat(parts, "\n"), 1)
  add(#list * depth(list))
  add((table.concat(parts):gsub("x(%d+)", function(digits) return "<" .. digits * 2 .. ">" end)))
end

-- Closures and coroutines: a chain of filters that leaves the primes.
local function primes()
  local function numbers() for i = 2, 400 do coroutine.yield(i) end end
  local function without(prime, source)
    return coroutine.wrap(function()
      for n in source do if n % prime ~= 0 then coroutine.yield(n) end end
    end)
  end
  local source = coroutine.wrap(numbers)
  while true do
    local prime = source()
    if not prime then break end
    add(prime)
    source = without(prime, source)
  end
end

-- Errors: every seventh call ends by one.
local function errors()
  local caught = 0
  for i = 1, 700 do
    local fine, reason = pcall(function(n) if n % 7 == 0 then error({code = n}) end return n end, i)
    if not fine then caught = caught + reason.code end
  end
  add(caught)
end

-- Numbers: bodies that attract each other, queens on a board, bits.
local function bodies()
  local all = {}
  for i = 1, 8 do all[i] = {x = i, y = i * i % 7, z = -i, u = 0.0, v = 0.0, w = 0.0, mass = 1 / i} end
  for _ = 1, 60 do
    for i = 1, #all do
      local a = all[i]
      for j = i + 1, #all do
        local b = all[j]
        local x, y, z = a.x - b.x, a.y - b.y, a.z - b.z
        local square = x * x + y * y + z * z + 0.01
        local force = 0.001 / (square * math.sqrt(square))
        a.u, a.v, a.w = a.u - x * b.mass * force, a.v - y * b.mass * force, a.w - z * b.mass * force
        b.u, b.v, b.w = b.u + x * a.mass * force, b.v + y * a.mass * force, b.w + z * a.mass * force
      end
    end
    for _, a in ipairs(all) do a.x, a.y, a.z = a.x + a.u * 0.01, a.y + a.v * 0.01, a.z + a.w * 0.01 end
  end
  for _, a in ipairs(all) do add(a.x + a.y + a.z + 100) end
end
local function queens(row, size, columns, up, down)
  if row > size then return 1 end
  local count = 0
  for column = 1, size do
    if not (columns[column] or up[row + column] or down[row - column]) then
      columns[column], up[row + column], down[row - column] = true, true, true
      count = count + queens(row + 1, size, columns, up, down)
      columns[column], up[row + column], down[row - column] = nil, nil, nil
    end
  end
  return count
end
local function bits()
  local hash = 2166136261
  for i = 1, 6000 do hash = ((hash ~ (i & 255)) * 16777619) & 0xffffffff hash = hash ~ (hash >> 13) end
  add(hash)
end

objects()
words()
texts()
primes()
errors()
bodies()
add(queens(1, 6, {}, {}, {}))
bits()
return sum
