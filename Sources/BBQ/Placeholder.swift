// placeholder until the first file of BBQ lands
