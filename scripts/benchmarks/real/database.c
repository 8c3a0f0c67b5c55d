// The database of `scripts/bench real`: a shop in memory. One unit of work creates its tables and indices, fills them, and asks them for joins,
// aggregates, windows, texts and changes. The checksum is of every value that comes out.
#include <string.h>

#include "real.h"
#include "sqlite3.h"

static uint64_t sum;

static void fail(sqlite3 *database, const char *text) {
  fprintf(stderr, "%s: %s\n", text, sqlite3_errmsg(database));
  exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *text) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(database, text, -1, &statement, 0) != SQLITE_OK) fail(database, text);
  return statement;
}

// Executes a statement with the numbers that are bound to it, adds its rows to the sum, and makes it ready for the next time.
static void run(sqlite3 *database, sqlite3_stmt *statement) {
  int status;
  while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int column = 0; column < sqlite3_column_count(statement); column++) {
      const unsigned char *text = sqlite3_column_text(statement, column);
      for (; text && *text; text++) sum = (sum ^ *text) * 1099511628211u;
      sum = (sum ^ '|') * 1099511628211u;
    }
  }
  if (status != SQLITE_DONE) fail(database, sqlite3_sql(statement));
  sqlite3_reset(statement);
}

static void query(sqlite3 *database, const char *text) {
  sqlite3_stmt *statement = prepare(database, text);
  run(database, statement);
  sqlite3_finalize(statement);
}

static const char *schema =
    "create table customers(id integer primary key, name text not null, city text, credit real);"
    "create table products(id integer primary key, title text, price integer check (price > 0), stock integer);"
    "create table orders(id integer primary key, customer integer references customers, day text, note text);"
    "create table items(part integer, product integer, quantity integer, primary key (part, product)) without rowid;"
    "create index orders_by_customer on orders(customer, day);"
    "create index items_by_product on items(product);"
    "create table journal(product integer, old integer, new integer);"
    "create trigger stocked after update of stock on products begin"
    "  insert into journal values (old.id, old.stock, new.stock);"
    "end;"
    "create view totals as select o.id as part, o.customer, sum(i.quantity * p.price) as total"
    "  from orders o join items i on i.part = o.id join products p on p.id = i.product group by o.id;";

static const char *queries[] = {
    "select c.city, count(*), sum(t.total), round(avg(t.total), 3) from customers c join totals t on t.customer = c.id group by c.city order by 3 desc",
    "select p.title, sum(i.quantity) as sold from products p left join items i on i.product = p.id group by p.id having sold > 20 order by sold desc, p.id limit 40",
    "select customer, day, total, sum(total) over (partition by customer order by day, part) as running,"
    "  rank() over (partition by customer order by total desc, part) from totals join orders using (customer) where orders.id = part and customer % 7 = 3",
    "select substr(day, 1, 7) as month, count(distinct customer), group_concat(distinct note) from orders group by month order by month",
    "select name from customers where name like '%ar%' and id not in (select customer from orders where day > '2024-06') order by name collate nocase",
    "with recursive days(n) as (select 1 union all select n + 1 from days where n < 60)"
    "  select n % 12, sum((select count(*) from orders where day = date('2024-01-01', '+' || n || ' days'))) from days group by 1",
    "select a.product, b.product, count(*) as times from items a join items b on a.part = b.part and a.product < b.product"
    "  group by 1, 2 order by times desc, 1, 2 limit 25",
    "select upper(replace(title, 'a', 'oo')), printf('%08.3f %x', price / 7.0, id), length(hex(title)) from products where id % 3 = 1",
    "select exists(select 1 from customers where credit between 99.5 and 99.9), max(credit), min(credit), total(credit) from customers",
};

static const char *changes[] = {
    "update products set stock = stock - (select coalesce(sum(quantity), 0) from items where product = products.id)",
    "update customers set credit = credit * 1.05 where id in (select customer from totals group by customer having sum(total) > 9000)",
    "delete from items where quantity = 1 and product % 2 = 0",
    "insert into customers(id, name, city) select id + 10000, name || ' & Co', city from customers where id % 5 = 0",
    "insert or replace into products select id, title || '!', price + 1, stock from products where id % 4 = 0",
};

static uint32_t seed;
static int chance(int bound) { return (seed = seed * 1664525 + 1013904223) / 65536 % bound; }

static void fill(sqlite3 *database) {
  static const char *syllables[] = {"mar", "lo", "ben", "ti", "sar", "ka", "ne", "vu", "ro", "el"};
  static const char *cities[] = {"Uppsala", "Porto", "Lagos", "Quito", "Osaka", "Perth", "Turku"};
  char text[64];
  sqlite3_stmt *customer = prepare(database, "insert into customers values (?, ?, ?, ?)");
  sqlite3_stmt *product = prepare(database, "insert into products values (?, ?, ?, ?)");
  sqlite3_stmt *order = prepare(database, "insert into orders values (?, ?, date('2024-01-01', ?), ?)");
  sqlite3_stmt *item = prepare(database, "insert or ignore into items values (?, ?, ?)");
  for (int id = 1; id <= 100; id++) {
    snprintf(text, sizeof text, "%s%s%s", syllables[chance(10)], syllables[chance(10)], syllables[chance(10)]);
    sqlite3_bind_int(customer, 1, id);
    sqlite3_bind_text(customer, 2, text, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(customer, 3, cities[chance(7)], -1, SQLITE_STATIC);
    sqlite3_bind_double(customer, 4, chance(10000) / 100.0);
    run(database, customer);
  }
  for (int id = 1; id <= 60; id++) {
    snprintf(text, sizeof text, "%s %d %s", syllables[chance(10)], chance(1000), syllables[chance(10)]);
    sqlite3_bind_int(product, 1, id);
    sqlite3_bind_text(product, 2, text, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(product, 3, 1 + chance(900));
    sqlite3_bind_int(product, 4, chance(500));
    run(database, product);
  }
  for (int id = 1; id <= 250; id++) {
    snprintf(text, sizeof text, "+%d days", chance(365));
    sqlite3_bind_int(order, 1, id);
    sqlite3_bind_int(order, 2, 1 + chance(100));
    sqlite3_bind_text(order, 3, text, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(order, 4, syllables[chance(10)], -1, SQLITE_STATIC);
    run(database, order);
    for (int count = 1 + chance(5); count > 0; count--) {
      sqlite3_bind_int(item, 1, id);
      sqlite3_bind_int(item, 2, 1 + chance(60));
      sqlite3_bind_int(item, 3, 1 + chance(9));
      run(database, item);
    }
  }
  sqlite3_finalize(customer);
  sqlite3_finalize(product);
  sqlite3_finalize(order);
  sqlite3_finalize(item);
}

static uint64_t unit(void) {
  sqlite3 *database;
  seed = 12345;
  sum = 14695981039346656037u;
  if (sqlite3_open(":memory:", &database) != SQLITE_OK) fail(database, "open");
  if (sqlite3_exec(database, schema, 0, 0, 0) != SQLITE_OK) fail(database, schema);
  query(database, "begin");
  fill(database);
  query(database, "commit");
  for (int phase = 0; phase < 2; phase++) {
    for (unsigned i = 0; i < sizeof queries / sizeof *queries; i++) query(database, queries[i]);
    if (phase == 1) break;
    for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) query(database, changes[i]);
  }
  query(database, "select count(*), sum(old - new) from journal");
  query(database, "pragma integrity_check");
  if (sqlite3_close(database) != SQLITE_OK) fail(database, "close");
  return sum;
}

int main(int count, char **arguments) { return passes(count, arguments, unit); }
