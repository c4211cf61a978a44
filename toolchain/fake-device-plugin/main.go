// Command fake-device-plugin tells the kubelet of GPUs that are not there, so that the tests of the real node count
// and hand out nvidia.com/gpu as a cluster with GPUs does. It is a fake: nothing computes.
//
//	fake-device-plugin --count 4 --control FILE
//
// FILE, read every second where it exists, holds the number of healthy devices; the others are told to be unhealthy.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

type plugin struct {
	v1beta1.UnimplementedDevicePluginServer
	count   int
	control string
}

func main() {
	log.SetPrefix("fake-device-plugin: ")
	count := flag.Int("count", 4, "number of devices")
	resource := flag.String("resource", "nvidia.com/gpu", "what they are called")
	control := flag.String("control", "", "file with the number of healthy devices")
	flag.Parse()
	socket := filepath.Join(v1beta1.DevicePluginPath, "fake-gpu.sock")
	_ = os.Remove(socket)
	listener, err := net.Listen("unix", socket)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	v1beta1.RegisterDevicePluginServer(server, &plugin{count: *count, control: *control})
	go func() {
		if err := server.Serve(listener); err != nil {
			log.Fatal(err)
		}
	}()
	if err := register(*resource, filepath.Base(socket)); err != nil {
		log.Fatal(err)
	}
	log.Printf("%d of %s", *count, *resource)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	server.Stop()
	_ = os.Remove(socket)
}

// register makes itself known; the kubelet's socket is there a moment after the kubelet.
func register(resource, endpoint string) error {
	connection, err := grpc.NewClient("unix://"+v1beta1.KubeletSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	request := &v1beta1.RegisterRequest{Version: v1beta1.Version, Endpoint: endpoint, ResourceName: resource}
	for end := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		limited, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_, err = v1beta1.NewRegistrationClient(connection).Register(limited, request)
		cancel()
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}

func (told *plugin) healthy() int {
	content, err := os.ReadFile(told.control)
	if err != nil {
		return told.count
	}
	number, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return told.count
	}
	return number
}

func (told *plugin) ListAndWatch(_ *v1beta1.Empty, stream grpc.ServerStreamingServer[v1beta1.ListAndWatchResponse]) error {
	for last := -1; ; {
		if healthy := told.healthy(); healthy != last {
			devices := []*v1beta1.Device{}
			for index := range told.count {
				health := v1beta1.Healthy
				if index >= healthy {
					health = v1beta1.Unhealthy
				}
				devices = append(devices, &v1beta1.Device{ID: fmt.Sprintf("GPU-fake-%d", index), Health: health})
			}
			if err := stream.Send(&v1beta1.ListAndWatchResponse{Devices: devices}); err != nil {
				return err
			}
			last = healthy
		}
		select {
		case <-stream.Context().Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

func (told *plugin) Allocate(_ context.Context, request *v1beta1.AllocateRequest) (*v1beta1.AllocateResponse, error) {
	answer := &v1beta1.AllocateResponse{}
	for _, container := range request.ContainerRequests {
		answer.ContainerResponses = append(answer.ContainerResponses, &v1beta1.ContainerAllocateResponse{
			Envs: map[string]string{"NVIDIA_VISIBLE_DEVICES": strings.Join(container.DevicesIds, ",")},
		})
	}
	return answer, nil
}

func (told *plugin) GetDevicePluginOptions(context.Context, *v1beta1.Empty) (*v1beta1.DevicePluginOptions, error) {
	return &v1beta1.DevicePluginOptions{}, nil
}
