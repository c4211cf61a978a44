// Programs in the images of the test cluster, standard library only; ../cluster builds them.
module lockyard/toolchain/images

go 1.26.0
