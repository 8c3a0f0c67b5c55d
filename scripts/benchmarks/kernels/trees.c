// Pointers: building, walking and changing search trees.
struct node { struct node *left, *right; int key, count; };
static struct node nodes[1 << 16];
static int used;
static struct node *insert(struct node *tree, int key) {
  if (!tree) {
    struct node *fresh = &nodes[used++ & 0xffff];
    *fresh = (struct node){0, 0, key, 1};
    return fresh;
  }
  if (key < tree->key) tree->left = insert(tree->left, key);
  else if (key > tree->key) tree->right = insert(tree->right, key);
  else tree->count++;
  return tree;
}
static int walk(const struct node *tree, int depth) {
  return tree ? walk(tree->left, depth + 1) + walk(tree->right, depth + 1) + tree->count * depth : 0;
}
int run(int rounds) {
  int sum = 0;
  unsigned x = 7;
  for (int round = 0; round < rounds; round++) {
    struct node *tree = 0;
    used = 0;
    for (int i = 0; i < 30000; i++) tree = insert(tree, (int)((x = x * 1664525 + 1013904223) >> 12) & 0xffff);
    for (int i = 0; i < 5; i++) sum += walk(tree, 0);
  }
  return sum;
}
