// placeholder until the first file of RuntimeLayout lands
