// placeholder until the first file of SchemeHost lands
