// placeholder until the first file of SchemeCore lands
