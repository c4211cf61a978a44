// Command load asks one URL at a constant rate, each time on a new connection, and counts what comes back. It ends
// after -seconds or on SIGTERM or SIGINT, waits for the answers still open, and prints one JSON object.
//
// The pace never waits for answers: a slow or dead server makes failures, not fewer questions. An answer that is not
// 2xx, and none at all within -timeout, is a failure.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

func main() {
	url := flag.String("url", "", "what to ask")
	rate := flag.Float64("rate", 50, "questions in a second")
	length := flag.Float64("seconds", 10, "how long")
	timeout := flag.Duration("timeout", 3*time.Second, "longest wait for one answer")
	flag.Parse()
	if *url == "" || *rate <= 0 {
		fmt.Fprintln(os.Stderr, "load: give -url and a positive -rate")
		os.Exit(2)
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	stop, cancelLater := context.WithTimeout(stop, time.Duration(*length*float64(time.Second)))
	defer cancelLater()

	client := &http.Client{Timeout: *timeout, Transport: &http.Transport{DisableKeepAlives: true}}
	result := newResult()
	var open sync.WaitGroup
	ticker := time.NewTicker(time.Duration(float64(time.Second) / *rate))
	defer ticker.Stop()
	for running := true; running; {
		select {
		case <-stop.Done():
			running = false
		case <-ticker.C:
			open.Go(func() { result.add(ask(client, *url)) })
		}
	}
	open.Wait()
	_ = json.NewEncoder(os.Stdout).Encode(result.summary())
}

func ask(client *http.Client, url string) answer {
	asked := answer{at: time.Now()}
	response, err := client.Get(url)
	if err == nil {
		defer response.Body.Close()
		// An answer that breaks off in the middle is none.
		_, err = io.Copy(io.Discard, response.Body)
	}
	asked.took = time.Since(asked.at)
	switch {
	case err != nil:
		asked.problem = kindOf(err)
	case response.StatusCode/100 != 2:
		asked.problem = fmt.Sprintf("status %d", response.StatusCode)
	default:
		asked.version = response.Header.Get("X-Version")
	}
	return asked
}
