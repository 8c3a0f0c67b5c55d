// placeholder until the first file of SchemeJIT lands
